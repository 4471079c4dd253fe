"""What was revoked while its tokens still live; every process asks for it each second."""
