using PxxlPeriscope.Benchmarks;

// Listing times are only reported as ratios within one run, because machines differ and are noisy. The receiver has a goal for two
// processors.
var root = AppContext.BaseDirectory;
while (!File.Exists(Path.Combine(root, "PxxlPeriscope.sln")))
{
    root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("The benchmark must run inside the repository.");
}

var module = Environment.GetEnvironmentVariable("PXXLPERISCOPE_MODULE") ?? Path.Combine(root, "out", "PxxlPeriscope");
if (!Directory.Exists(module))
{
    Console.WriteLine("Nothing was measured: the benchmark requires the built module (dotnet build --configuration Release).");
    return 1;
}

return args switch
{
    ["receiving"] => await ReceivingBenchmark.RunAsync(root, module),
    [var deployments] => await ListingBenchmark.RunAsync(
        root,
        module,
        int.Parse(deployments, System.Globalization.CultureInfo.InvariantCulture)
    ),
    _ => Math.Max(await ListingBenchmark.RunAsync(root, module, 100_000), await ReceivingBenchmark.RunAsync(root, module)),
};
