import { recordPages } from "@clinic_record/record/record_missing";

recordPages.add("item", "consumption");
recordPages.add("dose", "consumption");
