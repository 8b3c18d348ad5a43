namespace PxxlPeriscope.Benchmarks;

/// <summary>What one process printed of its listing.</summary>
internal sealed record Measurement(double Seconds, double CpuSeconds, double AllocatedMB, double PeakMB, string LastId);
