using System.Text.Json;

namespace PxxlPeriscope.Sandbox;

/// <summary>Writes where in a list a page stands, in one of the forms of <see cref="Paging"/>.</summary>
internal readonly struct PagingNumbers(Utf8JsonWriter json, bool numbersAsStrings, PageRequest page, int total)
{
    public void Write(Paging form)
    {
        switch (form)
        {
            case Paging.Root:
                WriteFields("totalPages");
                break;
            case Paging.RootWithoutTotalPages:
                WriteFields(pagesName: null);
                break;
            case Paging.TotalOnly:
                Fields.Number("total", (long)total);
                break;
            case Paging.UnderData:
                WriteObject("data", "totalPages");
                break;
            case Paging.Pagination:
                WriteObject("pagination", "totalPages");
                break;
            case Paging.PaginationPages:
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
