"""What authors read: their courses, versions as text, and what changed between two."""
