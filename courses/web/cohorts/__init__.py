"""/teach/cohorts/: a trainer's cohorts, and how each of them ends."""
