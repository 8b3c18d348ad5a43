namespace PxxlPeriscope.Benchmarks;

/// <summary>One pass over the whole list, as printed by Listing.ps1. Round 0 is the cold pass.</summary>
internal sealed record Measurement(string Way, int Round, double Seconds, double CpuSeconds, double AllocatedMB, string LastId);
