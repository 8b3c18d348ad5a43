namespace PxxlPeriscope.Tests;

/// <summary>Sends as the cmdlets do: takes what has to be taken before it adds.</summary>
internal static class ReportSending
{
    public static async Task<List<SendOutcome>> AllAsync(ReportSender sender, IEnumerable<Action> adds)
    {
        var outcomes = new List<SendOutcome>();
        foreach (var add in adds.ToList())
        {
            while (sender.IsFull)
            {
                outcomes.Add(await sender.TakeAsync());
            }

            add();
        }

        while (sender.HasPending)
        {
            outcomes.Add(await sender.TakeAsync());
        }

        return outcomes;
    }
}
