using System.Management.Automation;
using PxxlPeriscope.PowerShell.Session;

namespace PxxlPeriscope.PowerShell.Loading;

/// <summary>Runs when the module is imported and removed. Nothing here takes long.</summary>
public sealed class ModuleLifetime : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    /// <inheritdoc/>
    public void OnImport()
    {
#if !NET
        DesktopResolver.Register();
#endif
    }

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo) => RunspaceConnections.Clear();
}
