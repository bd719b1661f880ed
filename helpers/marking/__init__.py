"""What each exercise asks, and the mistakes in it that are known by name: a file a lesson."""
