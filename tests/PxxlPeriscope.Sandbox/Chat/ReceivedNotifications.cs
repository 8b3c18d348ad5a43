using System.Collections.Concurrent;

namespace PxxlPeriscope.Sandbox.Chat;

/// <summary>The notifications that a chat took, oldest first; each time that one came.</summary>
public sealed class ReceivedNotifications
{
    private readonly ConcurrentQueue<ReceivedNotification> _notifications = new();

    public IReadOnlyCollection<ReceivedNotification> All => _notifications;

    public void Clear() => _notifications.Clear();

    internal void Add(ReceivedNotification notification) => _notifications.Enqueue(notification);
}
