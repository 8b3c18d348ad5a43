using PxxlPeriscope.Delivery;

namespace PxxlPeriscope.Tests;

/// <summary>Sends reports like the cmdlets do: takes results when necessary before adding a report.</summary>
internal static class ReportSenderExtensions
{
    public static async Task<List<SendOutcome>> SendAllAsync(ReportSender sender, IEnumerable<Action> adds)
    {
        var outcomes = new List<SendOutcome>();
        foreach (var add in adds.ToList())
        {
            while (sender.IsFull)
            {
                outcomes.Add(await sender.NextOutcomeAsync());
            }

            add();
        }

        while (sender.HasPending)
        {
            outcomes.Add(await sender.NextOutcomeAsync());
        }

        return outcomes;
    }
}
