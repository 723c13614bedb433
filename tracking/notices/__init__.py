"""What tells people: digests, mails, the page 通知."""
