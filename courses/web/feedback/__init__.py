"""/feedback/: what people think of a training, asked without names."""
