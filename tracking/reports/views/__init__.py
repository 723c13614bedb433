"""The pages of one report: entry, review, evidence, history; 我的填报."""
