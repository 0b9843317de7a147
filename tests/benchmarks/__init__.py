"""`make bench`: what must be fast, held against plain SQL on the same rows; docs/performance.md has results."""
