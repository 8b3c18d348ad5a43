using System.Text.Json;
using PxxlPeriscope.Sandbox.Pxxl.Routes;
using PxxlPeriscope.Sandbox.Pxxl.Shape;

namespace PxxlPeriscope.Sandbox.Pxxl.Responses;

/// <summary>Writes the position of a page in a list, in a given <see cref="PagingStyle"/>.</summary>
internal readonly struct PagingNumbers(Utf8JsonWriter json, bool numbersAsStrings, PageRequest page, int total)
{
    public void Write(PagingStyle form)
    {
        switch (form)
        {
            case PagingStyle.Root:
                WriteFields("totalPages");
                break;
            case PagingStyle.RootWithoutTotalPages:
                WriteFields(pagesName: null);
                break;
            case PagingStyle.TotalOnly:
                Fields.Number("total", (long)total);
                break;
            case PagingStyle.UnderData:
                WriteObject("data", "totalPages");
                break;
            case PagingStyle.Pagination:
                WriteObject("pagination", "totalPages");
                break;
            case PagingStyle.PaginationPages:
                WriteObject("pagination", "pages");
                break;
        }
    }

    private JsonFields Fields => new(json, numbersAsStrings);

    private void WriteObject(string name, string pagesName)
    {
        json.WriteStartObject(name);
        WriteFields(pagesName);
        json.WriteEndObject();
    }

    private void WriteFields(string? pagesName)
    {
        Fields.Number("page", (long)page.Page);
        Fields.Number("limit", (long)page.Limit);
        Fields.Number("total", (long)total);
        if (pagesName is not null)
            Fields.Number(pagesName, (long)page.Pages(total));
    }
}
