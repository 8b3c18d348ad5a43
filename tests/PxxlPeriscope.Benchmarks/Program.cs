using PxxlPeriscope.Benchmarks;

// Timings are only reported as ratios within one run, because machines differ and are noisy.
return await ListingBenchmark.RunAsync(args.Length > 0 ? int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 100_000);
