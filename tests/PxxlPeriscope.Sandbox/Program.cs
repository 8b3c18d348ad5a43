using PxxlPeriscope.Sandbox;

if (!CommandLine.TryParse(args, out var commandLine))
{
    await Console.Error.WriteLineAsync(CommandLine.Usage);
    return 2;
}

try
{
    await using var sandbox = await SandboxHost.StartAsync(commandLine.Options);
    Console.WriteLine($"PXXL_API_URL={sandbox.PxxlUri}");
    Console.WriteLine($"PXXL_API_KEY={sandbox.PxxlKey}");
    Console.WriteLine($"PERISCOPE_API_URL={sandbox.PeriscopeUri}");
    Console.WriteLine($"PERISCOPE_API_KEY={sandbox.PeriscopeKey}");
    Console.WriteLine($"PXXL_WEBHOOK_SECRET={sandbox.WebhookSecret}");
    await Shutdown.WaitAsync(commandLine.ParentProcessId);
    return 0;
}
catch (IOException exception)
{
    // The port is in use.
    await Console.Error.WriteLineAsync(exception.Message);
    return 1;
}
