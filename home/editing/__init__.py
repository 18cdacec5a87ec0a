"""What the admin does for those who write: translations, consents, checks, reports, the guide."""
