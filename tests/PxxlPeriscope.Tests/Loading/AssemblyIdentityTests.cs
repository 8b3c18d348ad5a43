using System.Reflection;
using PxxlPeriscope.PowerShell.Loading;

namespace PxxlPeriscope.Tests.Loading;

/// <summary>Verifies which copy of an assembly is used, depending on names and locations.</summary>
public sealed class AssemblyIdentityTests
{
    private const string Key = ", PublicKeyToken=adb9793829ddae60";

    [Theory]
    [InlineData("Polly.Core, Version=8.0.0.0" + Key, "Polly.Core, Version=8.0.0.0" + Key, true)]
    [InlineData("Polly.Core, Version=8.0.0.0" + Key, "Polly.Core, Version=8.0.0.1" + Key, true)]
    [InlineData("Polly.Core, Version=8.0.0.0" + Key, "Polly.Core, Version=10.0.0.0" + Key, true)]
    [InlineData("Polly.Core, Version=8.0.0.0" + Key, "polly.core, Version=8.0.0.0" + Key, true)]
    [InlineData("Polly.Core" + Key, "Polly.Core, Version=1.0.0.0" + Key, true)]
    [InlineData("Polly.Core, Version=8.0.0.0", "Polly.Core, Version=8.0.0.0" + Key, true)]
    [InlineData("Polly.Core, Version=8.0.0.0, PublicKeyToken=null", "Polly.Core, Version=8.0.0.0, PublicKeyToken=null", true)]
    [InlineData("Polly.Core, Version=8.0.0.0, Culture=neutral" + Key, "Polly.Core, Version=8.0.0.0" + Key, true)]
    [InlineData("Polly.Core, Version=8.0.0.0, Culture=de" + Key, "Polly.Core, Version=8.0.0.0, Culture=de" + Key, true)]
    [InlineData("Polly.Core, Version=8.0.0.0" + Key, "Polly.Core, Version=7.9.9.9" + Key, false)]
    [InlineData("Polly.Core, Version=8.0.0.0" + Key, "Polly.Core" + Key, false)]
    [InlineData("Polly.Core, Version=8.0.0.0" + Key, "Polly, Version=8.0.0.0" + Key, false)]
    [InlineData("Polly.Core, Version=8.0.0.0" + Key, "Polly.Core, Version=8.0.0.0, PublicKeyToken=b77a5c561934e089", false)]
    [InlineData("Polly.Core, Version=8.0.0.0" + Key, "Polly.Core, Version=8.0.0.0, PublicKeyToken=null", false)]
    [InlineData("Polly.Core, Version=8.0.0.0" + Key, "Polly.Core, Version=8.0.0.0", false)]
    [InlineData("Polly.Core, Version=8.0.0.0, Culture=de" + Key, "Polly.Core, Version=8.0.0.0" + Key, false)]
    [InlineData("Polly.Core, Version=8.0.0.0" + Key, "Polly.Core, Version=8.0.0.0, Culture=de" + Key, false)]
    [InlineData("Polly.Core, Version=8.0.0.0" + Key, null, false)]
    [InlineData(
        "Microsoft.AspNetCore.Http.Features, Version=2.3.13.0" + Key,
        "Microsoft.AspNetCore.Http.Features, Version=8.0.0.0" + Key,
        false
    )]
    [InlineData("Microsoft.Net.Http.Headers, Version=2.3.13.0" + Key, "Microsoft.Net.Http.Headers, Version=10.0.0.0" + Key, false)]
    [InlineData(
        "Microsoft.AspNetCore.Http.Features, Version=2.3.13.0" + Key,
        "Microsoft.AspNetCore.Http.Features, Version=2.3.14.0" + Key,
        true
    )]
    public void An_assembly_of_the_host_is_used_if_its_version_is_equal_or_newer(string requested, string? host, bool serves) =>
        Assert.Equal(serves, AssemblyIdentity.IsServedBy(new AssemblyName(requested), host is null ? null : new AssemblyName(host)));

    [Theory]
    [InlineData("Polly.Core", "modules/ours/bin/Http.dll", true)]
    [InlineData("Polly.Core", "modules/ours/bin/isolated/Http.dll", true)]
    [InlineData("Polly.Core", "modules/ours/bin/x/../Http.dll", true)]
    [InlineData("Polly.Core", "modules/OURS/bin/Http.dll", true)]
    [InlineData("Newtonsoft.Json", "modules/ours/bin/Http.dll", false)]
    [InlineData("Polly.Core", "modules/theirs/bin/Http.dll", false)]
    [InlineData("Polly.Core", "modules/ours/bin/../../theirs/Http.dll", false)]
    [InlineData("Polly.Core", "modules/ours/bin2/Http.dll", false)]
    [InlineData("Polly.Core", "modules/ours/bin", false)]
    [InlineData("Polly.Core", "", false)]
    [InlineData("Polly.Core", null, false)]
    [InlineData(null, "modules/ours/bin/Http.dll", false)]
    public void Only_requests_from_the_assemblies_of_the_module_are_resolved(string? requested, string? requester, bool isOurs)
    {
        var root = Path.GetTempPath();
        foreach (var folder in new[] { "modules/ours/bin", "modules/ours/bin" + Path.DirectorySeparatorChar })
        {
            var location = string.IsNullOrEmpty(requester) ? requester : Path.Combine(root, requester);
            string[] ours = ["Polly.Core", "PxxlPeriscope.Http"];

            Assert.Equal(isOurs, AssemblyIdentity.IsOurs(requested, location, Path.Combine(root, folder), ours));
        }
    }
}
