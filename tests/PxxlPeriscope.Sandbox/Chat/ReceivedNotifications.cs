using System.Collections.Concurrent;

namespace PxxlPeriscope.Sandbox.Chat;

/// <summary>All notifications that the chat received, including repeated ones, oldest first.</summary>
public sealed class ReceivedNotifications
{
    private readonly ConcurrentQueue<ReceivedNotification> _notifications = new();

    public IReadOnlyCollection<ReceivedNotification> All => _notifications;

    public void Clear() => _notifications.Clear();

    internal void Add(ReceivedNotification notification) => _notifications.Enqueue(notification);
}
