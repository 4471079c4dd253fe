"""Who of the vendor's staff looks after which partner, and when: what `assigned` means."""
