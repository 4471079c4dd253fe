"""Pipelines: the stages of a sale, what each of them asks for, and why sales end; a version for a program at a time."""
