"""Occupation coding: job titles in words become codes of cl_occupation, each with a score."""
