"""/teach/: trainers write their own courses."""
