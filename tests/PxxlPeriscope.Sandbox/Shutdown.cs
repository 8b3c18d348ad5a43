using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PxxlPeriscope.Sandbox;

/// <summary>Detects what ends the program: Ctrl+C, SIGTERM, or the end of the parent process.</summary>
internal static class Shutdown
{
    public static async Task WaitAsync(int? parentProcessId)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        await Task.WhenAny(asked.Task, parentProcessId is { } id ? WaitForParentExitAsync(id) : Task.Delay(Timeout.Infinite));

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            asked.TrySetResult();
        }
    }

    private static async Task WaitForParentExitAsync(int id)
    {
        try
        {
            using var parent = Process.GetProcessById(id);
            await parent.WaitForExitAsync();
        }
        catch (ArgumentException)
        {
            // The parent process has already ended.
        }
    }
}
