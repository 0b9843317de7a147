"""The player through the real server: what somebody waits for who takes a course in the browser."""
