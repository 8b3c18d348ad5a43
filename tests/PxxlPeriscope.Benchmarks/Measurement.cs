namespace PxxlPeriscope.Benchmarks;

/// <summary>One pass over the whole list, as Listing.ps1 prints it. Round 0 is the cold one.</summary>
internal sealed record Measurement(string Way, int Round, double Seconds, double CpuSeconds, double AllocatedMB, string LastId);
