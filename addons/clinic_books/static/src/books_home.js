import { registry } from "@web/core/registry";
import { ClinicHome } from "@clinic_visit/home/home";

/** An accountant's home: the same page as the manager's, of what is to be done in the books. */
export class BooksHome extends ClinicHome {
    async load() {
        this.state.home = await this.orm.call("clinic.books.home", "load", []);
    }
}

registry.category("actions").add("clinic_books_home", BooksHome);
