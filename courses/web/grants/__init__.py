"""/staff/grants/: grants and work packages, and what they paid for."""
