"""One report from the first word to the approval: entry, recording, workflow, hints, review, evidence, history."""
