"""What is likely to be wrong with the data, and mending it."""
