"""Pages on which staff write down by hand what no register and no page of its own says."""
