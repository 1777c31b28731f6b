"""Whether this service can do what it must with its stores; what is wrong, and what to do about it."""
