"""What a draft holds, how a person corrects it, and how it is kept and compared."""
