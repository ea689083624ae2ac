"""What a contract gives its institution to read and to fill: template, technical sheet, report."""
