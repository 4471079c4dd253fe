"""Many objects at once: mapped, validated, run and taken back, by the commands of single requests."""
