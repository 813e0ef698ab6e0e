"""What is felt: mood and sedation."""
