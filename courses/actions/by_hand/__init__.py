"""What staff write down by hand, each press with its reason and a way back."""
