"""What is watched for the service, that nobody sees by itself."""
