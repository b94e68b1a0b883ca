"""Posts on disk and as streams: Parquet, inline markup, standoff annotation."""
