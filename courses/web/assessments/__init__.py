"""Taking an assessment, and the trainer's side of it: essays, corrections, extra time."""
