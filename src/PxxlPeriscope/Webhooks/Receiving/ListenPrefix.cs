using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace PxxlPeriscope.Webhooks.Receiving;

/// <summary>
/// An address to listen on, such as <c>http://127.0.0.1:8787/</c>: an IP address or name of this machine, <c>localhost</c> for its
/// loopback addresses, or <c>+</c> or <c>*</c> for all addresses. The Host header of a request is ignored: behind a proxy, it is the
/// public one.
/// </summary>
public sealed class ListenPrefix
{
    private static readonly Regex Form = new(
        @"^(?<scheme>[a-z]+)://(?<host>\[[0-9a-f:.%]+\]|[^\s/:\[\]?#@\\]+)(:(?<port>[0-9]{1,5}))?(?<path>/[^\s?#\\]*)?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    );

    private ListenPrefix(string text, string host, int port, string path)
    {
        (Text, Host, Port, Path) = (text, host, port, path);
        Address = IPAddress.TryParse(host, out var address) ? address : null;
    }

    /// <summary>An IP address, a name, <c>localhost</c>, <c>+</c> or <c>*</c>.</summary>
    public string Host { get; }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>The decoded path without its trailing slash; empty for the root.</summary>
    public string Path { get; }

    /// <summary>The IP address; null for names and for all addresses.</summary>
    public IPAddress? Address { get; }

    /// <summary>Whether the prefix includes all addresses of this machine.</summary>
    public bool IsAnyAddress =>
        Host is "+" or "*" || (Address is { } address && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)));

    /// <summary>Whether the prefix includes the loopback addresses of this machine.</summary>
    public bool IsLocalhost => string.Equals(Host, "localhost", StringComparison.OrdinalIgnoreCase);

    private string Text { get; }

    /// <summary>Parses a prefix. The trailing slash is optional, and the default port is 80.</summary>
    /// <exception cref="ArgumentException">The text is not a valid prefix, or is one for HTTPS.</exception>
    public static ListenPrefix Parse(string text)
    {
        var match = Form.Match(text.Trim());
        if (!match.Success)
        {
            throw new ArgumentException($"'{text}' is not a valid prefix. Specify a prefix such as http://127.0.0.1:8787/.", nameof(text));
        }

        var scheme = match.Groups["scheme"].Value;
        if (string.Equals(scheme, "https", StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException(
                $"'{text}' specifies HTTPS, but only HTTP is supported. Listen on http:// behind a proxy that has a certificate.",
                nameof(text)
            );
        }

        var port = match.Groups["port"].Success ? int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture) : 80;
        var host = match.Groups["host"].Value;
        var isBracketed = host[0] == '[';
        host = isBracketed ? host.Substring(1, host.Length - 2) : host;
        return !string.Equals(scheme, "http", StringComparison.OrdinalIgnoreCase)
                ? throw new ArgumentException($"'{text}' does not start with http://.", nameof(text))
            : port is < 1 or > ushort.MaxValue
                ? throw new ArgumentException($"The port in '{text}' is not between 1 and 65535.", nameof(text))
            : isBracketed && !(IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6)
                ? throw new ArgumentException($"The address in brackets in '{text}' is not a valid IPv6 address.", nameof(text))
            : new ListenPrefix(text.Trim(), host, port, Normalize(match.Groups["path"].Value));
    }

    /// <summary>Normalizes a path for comparison: decoded and without its trailing slash.</summary>
    internal static string Normalize(string path) => Uri.UnescapeDataString(path).TrimEnd('/');

    /// <summary>Whether a path is the path of the prefix or below it.</summary>
    internal bool Covers(string normalizedPath) =>
        normalizedPath.StartsWith(Path, StringComparison.Ordinal)
        && (normalizedPath.Length == Path.Length || normalizedPath[Path.Length] == '/');

    /// <summary>Whether a connection to this local address belongs to the prefix.</summary>
    internal bool IsAt(IPEndPoint local) =>
        local.Port == Port
        && (
            Address is null || IsAnyAddress || Address.Equals(local.Address.IsIPv4MappedToIPv6 ? local.Address.MapToIPv4() : local.Address)
        );

    /// <inheritdoc/>
    public override string ToString() => Text;
}
