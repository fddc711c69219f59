"""What is on screen as a file: a document made from a page's answer, written as CSV, XLSX or PDF."""
