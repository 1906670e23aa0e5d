package dev.kubbo.interop;

import java.io.Serializable;

public class Address implements Serializable {
    private static final long serialVersionUID = 1;

    public String street;
    public String city;
    public String zip;

    public Address() {}

    public Address(String street, String city, String zip) {
        this.street = street;
        this.city = city;
        this.zip = zip;
    }
}
