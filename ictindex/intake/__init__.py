"""What units and reviewers fill in, sent out and read back: spreadsheets become checked inputs."""
