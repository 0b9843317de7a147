"""/gatherings/ and /register/: activities that people come to without a course, and who took part."""
