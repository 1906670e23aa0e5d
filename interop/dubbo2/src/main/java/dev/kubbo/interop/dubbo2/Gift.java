package dev.kubbo.interop.dubbo2;

public class Gift extends Item {
    private String note;

    public String getNote() {
        return note;
    }

    public void setNote(String note) {
        this.note = note;
    }
}
