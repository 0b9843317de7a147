"""/teach/registers/: who was at which training session, as trainers say it and people say it themselves."""
