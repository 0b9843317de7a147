"""Content as authors write it: TOML and Markdown in, data out, and back again."""
