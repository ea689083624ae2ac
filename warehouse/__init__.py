"""The path of the data from an institution's file to a release, one module or package a stage."""
