using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace PxxlPeriscope.Webhooks.Receiving;

/// <summary>
/// Where to listen, such as <c>http://127.0.0.1:8787/</c>: an address or a name of this machine, <c>localhost</c> for its loopback addresses,
/// <c>+</c> or <c>*</c> for all. Which Host a sender names does not matter: it is the public one where a proxy stands before the receiver.
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

    /// <summary>Address, name, <c>localhost</c>, <c>+</c> or <c>*</c>.</summary>
    public string Host { get; }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>The path, decoded, without its last slash; empty for the root.</summary>
    public string Path { get; }

    /// <summary>The address, where it is given as one; null for names and for all addresses.</summary>
    public IPAddress? Address { get; }

    /// <summary>Whether it stands for all addresses of this machine.</summary>
    public bool IsAnyAddress =>
        Host is "+" or "*" || (Address is { } address && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)));

    /// <summary>Whether it stands for the loopback addresses of this machine.</summary>
    public bool IsLocalhost => string.Equals(Host, "localhost", StringComparison.OrdinalIgnoreCase);

    private string Text { get; }

    /// <summary>Reads a prefix; the last slash may be missing, and the port is 80 unless it is given.</summary>
    /// <exception cref="ArgumentException">It is none, or one for HTTPS.</exception>
    public static ListenPrefix Parse(string text)
    {
        var match = Form.Match(text.Trim());
        if (!match.Success)
        {
            throw new ArgumentException($"'{text}' is not a prefix. A prefix looks like http://127.0.0.1:8787/.", nameof(text));
        }

        var scheme = match.Groups["scheme"].Value;
        if (string.Equals(scheme, "https", StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException(
                $"'{text}' asks for HTTPS, and only plain HTTP is spoken here. Listen on http:// and put a proxy with a certificate before it.",
                nameof(text)
            );
        }

        var port = match.Groups["port"].Success ? int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture) : 80;
        var host = match.Groups["host"].Value;
        var isBracketed = host[0] == '[';
        host = isBracketed ? host.Substring(1, host.Length - 2) : host;
        return !string.Equals(scheme, "http", StringComparison.OrdinalIgnoreCase)
                ? throw new ArgumentException($"'{text}' begins with neither http:// nor https://.", nameof(text))
            : port is < 1 or > ushort.MaxValue ? throw new ArgumentException($"'{text}' has no port from 1 to 65535.", nameof(text))
            : isBracketed && !(IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6)
                ? throw new ArgumentException($"'{text}' has no valid IPv6 address in its brackets.", nameof(text))
            : new ListenPrefix(text.Trim(), host, port, Normalize(match.Groups["path"].Value));
    }

    /// <summary>A path as prefixes and requests are compared: decoded, without its last slash.</summary>
    internal static string Normalize(string path) => Uri.UnescapeDataString(path).TrimEnd('/');

    /// <summary>Whether a path is the prefix's own, or lies below it.</summary>
    internal bool Covers(string normalizedPath) =>
        normalizedPath.StartsWith(Path, StringComparison.Ordinal)
        && (normalizedPath.Length == Path.Length || normalizedPath[Path.Length] == '/');

    /// <summary>Whether what arrives there arrives by this prefix.</summary>
    internal bool IsAt(IPEndPoint local) =>
        local.Port == Port
        && (
            Address is null || IsAnyAddress || Address.Equals(local.Address.IsIPv4MappedToIPv6 ? local.Address.MapToIPv4() : local.Address)
        );

    /// <inheritdoc/>
    public override string ToString() => Text;
}
