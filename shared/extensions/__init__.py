"""What vendors and integrators add to an object: metadata, custom fields, references to other systems; for any resource."""
