"""What has been done for a deal, as the partner and the vendor log it."""
